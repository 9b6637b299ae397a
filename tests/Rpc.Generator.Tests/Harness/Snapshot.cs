using System.Runtime.CompilerServices;

namespace Rpc.Generator.Tests.Harness;

/// <summary>Compares generated files with those kept in <c>Snapshots</c>; with <c>UPDATE_SNAPSHOTS=1</c> in the environment it rewrites them.</summary>
internal static class Snapshot
{
    /// <summary>Compares every file of a run.</summary>
    /// <param name="generated">The run.</param>
    /// <param name="name">The folder below <c>Snapshots</c>.</param>
    /// <param name="path">Filled in by the compiler.</param>
    public static void Match(Generated generated, string name, [CallerFilePath] string path = "")
    {
        var folder = Path.Combine(Root(path), name);
        var actual = generated.Files;
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.CreateDirectory(folder);
            foreach (var file in actual)
            {
                File.WriteAllText(Path.Combine(folder, file.Key + ".txt"), file.Value);
            }
        }

        var expected = Directory.Exists(folder)
            ? Directory.GetFiles(folder).ToDictionary(static f => Path.GetFileNameWithoutExtension(f), static f => File.ReadAllText(f).ReplaceLineEndings("\n"))
            : [];
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var file in actual)
        {
            Assert.Equal(expected[file.Key], file.Value);
        }
    }

    private static string Root(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Rpc.Generator.Tests.csproj")))
            {
                return Path.Combine(folder, "Snapshots");
            }
        }

        throw new InvalidOperationException($"No project above {path}.");
    }
}
