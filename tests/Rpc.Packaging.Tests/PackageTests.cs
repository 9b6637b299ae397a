using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Xunit;

namespace Rpc.Packaging.Tests;

/// <summary>What a user gets from the packages: all of it, and it works without the repository.</summary>
public sealed class PackageTests(PackedProducts products) : IClassFixture<PackedProducts>
{
    private static readonly string[] s_libraries = ["Rpc.Abstractions", "Rpc.Testing", "Rpc.Transport.Tcp", "Rpc.Transport.Udp", "Rpc.Transport.WebSocket"];
    private static readonly string[] s_targets = ["netstandard2.1", "net8.0"];

    public static TheoryData<string> Packages => [.. PackedProducts.Names];

    public static TheoryData<string> Libraries => [.. s_libraries];

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_says_what_it_is_and_under_which_license(string name)
    {
        var metadata = products.Metadata(name);

        Assert.Equal("MIT", metadata.Element("license")?.Value);
        Assert.Equal("README.md", metadata.Element("readme")?.Value);
        Assert.False(string.IsNullOrWhiteSpace(metadata.Element("description")?.Value));
        Assert.NotEqual("Package Description", metadata.Element("description")?.Value);
        Assert.False(string.IsNullOrWhiteSpace(metadata.Element("tags")?.Value));
        Assert.False(string.IsNullOrWhiteSpace(metadata.Element("authors")?.Value));
        using var package = products.Open(name);
        Assert.NotNull(package.GetEntry("README.md"));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_has_both_targets_with_documentation_and_symbols(string name)
    {
        using var package = products.Open(name);
        foreach (var target in s_targets)
        {
            Assert.NotNull(package.GetEntry($"lib/{target}/{name}.xml"));
            using var library = new MemoryStream();
            using (var stream = (package.GetEntry($"lib/{target}/{name}.dll") ?? throw new InvalidOperationException($"No library for {target}.")).Open())
            {
                stream.CopyTo(library);
            }

            library.Position = 0;
            using var image = new PEReader(library);
            var debug = image.ReadDebugDirectory();
            Assert.Contains(debug, static entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
            Assert.Contains(debug, static entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        }
    }

    [Fact]
    public void The_generators_package_has_generator_and_code_fixes_and_brings_nothing_else()
    {
        using var package = products.Open("Rpc.Generator");
        var libraries = package.Entries.Select(static entry => entry.FullName).Where(static name => name.EndsWith(".dll", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

        Assert.Equal(["analyzers/dotnet/cs/Rpc.Generator.CodeFixes.dll", "analyzers/dotnet/cs/Rpc.Generator.dll"], libraries);
        Assert.DoesNotContain(package.Entries, static entry => entry.FullName.StartsWith("lib/", StringComparison.Ordinal));
        var metadata = products.Metadata("Rpc.Generator");
        Assert.Equal("true", metadata.Element("developmentDependency")?.Value);
        Assert.Empty(metadata.Descendants("dependency"));
    }

    [Theory]
    [InlineData("Rpc.Testing")]
    [InlineData("Rpc.Transport.Tcp")]
    [InlineData("Rpc.Transport.Udp")]
    [InlineData("Rpc.Transport.WebSocket")]
    public void A_transports_package_brings_the_library_of_its_own_version(string name)
    {
        var groups = products.Metadata(name).Descendants("group").ToList();

        Assert.Equal(s_targets.Length, groups.Count);
        Assert.All(groups, group => Assert.Equal(
            products.Version,
            group.Elements("dependency").Single(static dependency => (string?)dependency.Attribute("id") == "Rpc.Abstractions").Attribute("version")?.Value));
    }

    [Fact]
    public async Task A_new_project_calls_over_both_transports()
    {
        var folder = products.CreateConsumer("console");

        var output = await DotNet.RunAsync(folder, "run", "-c", "Release", $"-p:RpcVersion={products.Version}");

        AssertCalls(output);
    }

    [Fact]
    public async Task A_new_project_published_as_native_code_calls_over_both_transports_without_a_warning()
    {
        // Without a linker and zlib, the same check by the trimmer alone.
        var linker = Linker();
        var folder = products.CreateConsumer("native", "net8.0", linker is null
            ? ["<PublishTrimmed>true</PublishTrimmed>", "<SelfContained>true</SelfContained>"]
            : ["<PublishAot>true</PublishAot>", "<StripSymbols>false</StripSymbols>", $"<CppCompilerAndLinker>{linker}</CppCompilerAndLinker>"]);
        string[] arguments =
        [
            "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier.StartsWith("linux-musl", StringComparison.Ordinal)
                ? "linux-musl-" + Architecture : OperatingSystemName + "-" + Architecture,
            "-o", "out", $"-p:RpcVersion={products.Version}",
        ];

        await DotNet.RunAsync(folder, arguments);

        var output = linker is null
            ? await DotNet.RunAsync(folder, "exec", "--roll-forward", "Major", "out/Consumer.dll")
            : await DotNet.RunProgramAsync(Path.Combine(folder, "out", "Consumer"), folder);
        AssertCalls(output);
    }

    private static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        _ => "x64",
    };

    private static string OperatingSystemName => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    private static string? Linker()
    {
        var folders = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator);
        var linker = new[] { "clang", "gcc" }.FirstOrDefault(name => folders.Any(folder => File.Exists(Path.Combine(folder, name))));
        return File.Exists("/usr/include/zlib.h") ? linker : null;
    }

    private static void AssertCalls(string output)
    {
        Assert.Contains("tcp: Receipt { Item = sword, Total = 8.0, Confirmed = True } item1 item2 item3", output, StringComparison.Ordinal);
        Assert.Contains("ws: Receipt { Item = sword, Total = 8.0, Confirmed = True } item1 item2 item3", output, StringComparison.Ordinal);
    }
}
