using System.IO.Compression;
using System.Xml.Linq;
using Xunit;

namespace Rpc.Packaging.Tests;

/// <summary>The packages, packed once for all tests, and a folder outside of the repository to use them in.</summary>
public sealed class PackedProducts : IAsyncLifetime
{
    public static readonly string[] Names = ["Rpc.Abstractions", "Rpc.Generator", "Rpc.Testing", "Rpc.Transport.Tcp", "Rpc.Transport.Udp", "Rpc.Transport.WebSocket"];

    private readonly string _root = FindRoot();

    /// <summary>A folder that is removed after the tests.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("rpc-packages-").FullName;

    public string Packages => Path.Combine(Folder, "packages");

    public string Version { get; private set; } = "";

    public async Task InitializeAsync()
    {
        foreach (var name in Names)
        {
            await DotNet.RunAsync(_root, "pack", $"src/{name}", "-c", "Release", "-o", Packages, "-v", "q");
        }

        var first = Directory.GetFiles(Packages, "Rpc.Abstractions.*.nupkg").Single();
        Version = Path.GetFileNameWithoutExtension(first)["Rpc.Abstractions.".Length..];
        // The packages are unpacked here, not where a later run would find them instead of its own; what is not ours comes from the user's folder.
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(cache);
        await File.WriteAllTextAsync(Path.Combine(Folder, "NuGet.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(Folder, "cache")}" /></config>
              <fallbackPackageFolders><add key="user" value="{cache}" /></fallbackPackageFolders>
              <packageSources>
                <clear />
                <add key="packed" value="{Packages}" />
                <add key="nuget.org" value="https://api.nuget.org/v3/index.json" />
              </packageSources>
            </configuration>
            """);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    public ZipArchive Open(string name) => ZipFile.OpenRead(Path.Combine(Packages, $"{name}.{Version}.nupkg"));

    public XElement Metadata(string name)
    {
        using var package = Open(name);
        using var stream = package.GetEntry($"{name}.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single(static element => element.Name.LocalName == "metadata");
        foreach (var element in metadata.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        return metadata;
    }

    /// <summary>Copies the consumer out of the repository.</summary>
    public string CreateConsumer(string name, string framework = "net10.0", params string[] properties)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        var source = Path.Combine(AppContext.BaseDirectory, "Consumer");
        // In the file rather than on the command line: publish looks at the project before it has read the latter.
        var project = File.ReadAllText(Path.Combine(source, "Consumer.csproj.txt"))
            .Replace("<TargetFramework>net10.0</TargetFramework>", $"<TargetFramework>{framework}</TargetFramework>{string.Concat(properties)}", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "Consumer.csproj"), project);
        File.Copy(Path.Combine(source, "Program.cs"), Path.Combine(folder, "Program.cs"));
        return folder;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rpc.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} lies outside of the repository.");
    }
}
