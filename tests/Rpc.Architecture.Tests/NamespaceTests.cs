using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rpc.Architecture.Tests.Sources;
using Xunit;

namespace Rpc.Architecture.Tests;

/// <summary>A reader sees the layers from the tree: folder = namespace = layer.</summary>
public sealed class NamespaceTests
{
    /// <summary>Extension methods stand where what they extend is found, not where they are kept.</summary>
    private static readonly string[] s_extensionNamespaces = ["Rpc", "Microsoft.Extensions.DependencyInjection"];

    public static TheoryData<string> Projects => [.. SourceProject.Names];

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_namespace_of_a_file_is_its_folder(string name)
    {
        var root = SourceProject.RootNamespaceOf(name);
        foreach (var tree in SourceProject.Load(name).Trees)
        {
            var folder = Path.GetDirectoryName(Path.GetRelativePath($"src/{name}", tree.FilePath))!.Replace('\\', '/').Replace('/', '.');
            var expected = folder.Length == 0 ? root : $"{root}.{folder}";
            foreach (var declaration in tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>())
            {
                var actual = declaration.Name.ToString();
                Assert.True(
                    actual == expected || (folder == "Internal" && actual == root) || IsPolyfill(tree, actual) || IsExtensions(declaration, actual),
                    $"{tree.FilePath} declares {actual}; its folder asks for {expected}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void What_is_in_an_Internal_folder_is_internal(string name)
    {
        foreach (var tree in SourceProject.Load(name).Trees.Where(static tree => tree.FilePath.Contains("/Internal/", StringComparison.Ordinal)))
        {
            foreach (var type in tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Where(static type => type.Parent is BaseNamespaceDeclarationSyntax))
            {
                Assert.False(type.Modifiers.Any(SyntaxKind.PublicKeyword), $"{tree.FilePath}: {type.Identifier} is public.");
            }
        }
    }

    private static bool IsPolyfill(SyntaxTree tree, string actual) =>
        actual.StartsWith("System", StringComparison.Ordinal) && tree.FilePath.Contains("/Internal/", StringComparison.Ordinal);

    private static bool IsExtensions(BaseNamespaceDeclarationSyntax declaration, string actual) =>
        s_extensionNamespaces.Contains(actual)
        && declaration.Members.All(static member => member is ClassDeclarationSyntax type
            && type.Modifiers.Any(SyntaxKind.StaticKeyword)
            && type.Identifier.Text.EndsWith("Extensions", StringComparison.Ordinal));
}
