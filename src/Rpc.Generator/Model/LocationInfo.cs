using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Rpc.Generator.Model;

/// <summary>A place in a source file, by value: a <see cref="Location"/> would keep its syntax tree alive.</summary>
/// <param name="FilePath">The file.</param>
/// <param name="Span">The characters.</param>
/// <param name="Lines">The same as lines and columns.</param>
internal sealed record LocationInfo(string FilePath, TextSpan Span, LinePositionSpan Lines)
{
    /// <summary>Notes a location.</summary>
    /// <param name="location">The location.</param>
    /// <returns>Null where it is in no source file.</returns>
    public static LocationInfo? From(Location? location) =>
        location?.SourceTree is { } tree ? new LocationInfo(tree.FilePath, location.SourceSpan, location.GetLineSpan().Span) : null;

    /// <summary>Finds the place again.</summary>
    /// <param name="compilation">The compilation that it was noted in; a location in its trees honours <c>#pragma</c>.</param>
    /// <returns>The location.</returns>
    public Location ToLocation(Compilation? compilation)
    {
        foreach (var tree in compilation?.SyntaxTrees ?? [])
        {
            if (tree.FilePath == FilePath && tree.Length >= Span.End)
            {
                return Location.Create(tree, Span);
            }
        }

        return Location.Create(FilePath, Span, Lines);
    }
}
