using Microsoft.CodeAnalysis;

namespace Rpc.Architecture.Tests.Sources;

/// <summary>The assemblies that this process runs on: the platform's, the packages', and those of the products under test.</summary>
internal static class References
{
    private static readonly string[] s_paths = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);

    /// <summary>Everything but the product.</summary>
    public static IReadOnlyList<MetadataReference> Platform { get; } =
        [.. s_paths.Where(static path => !IsProduct(path)).Select(static path => MetadataReference.CreateFromFile(path))];

    /// <summary>The product's libraries.</summary>
    public static IReadOnlyList<PortableExecutableReference> Product { get; } =
        [.. s_paths.Where(IsProduct).Where(static path => !IsTest(path)).Select(static path => MetadataReference.CreateFromFile(path))];

    private static bool IsProduct(string path) => Path.GetFileName(path).StartsWith("Rpc.", StringComparison.Ordinal);

    private static bool IsTest(string path) => path.EndsWith(".Tests.dll", StringComparison.Ordinal);
}
