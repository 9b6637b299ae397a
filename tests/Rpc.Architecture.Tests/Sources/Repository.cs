namespace Rpc.Architecture.Tests.Sources;

/// <summary>The repository that these tests were built in.</summary>
internal static class Repository
{
    /// <summary>The folder of <c>Rpc.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>A path as the repository writes it: from the root, with slashes.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The files of a folder, in ordinal order, without what a build wrote.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        var root = PathOf(folder);
        if (!Directory.Exists(root))
        {
            return [];
        }

        return [.. Directory.EnumerateFiles(root, pattern, SearchOption.AllDirectories)
            .Select(Relative)
            .Where(static path => !path.Split('/').Any(static part => part is "bin" or "obj" or "artifacts" or "TestResults"))
            .OrderBy(static path => path, StringComparer.Ordinal)];
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
