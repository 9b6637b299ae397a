using System.Xml.Linq;

namespace Rpc.Architecture.Tests.Sources;

/// <summary>What a project file says.</summary>
internal sealed class ProjectFile
{
    private readonly XDocument _document;

    private ProjectFile(string path, XDocument document)
    {
        Path = path;
        _document = document;
    }

    public string Path { get; }

    public IReadOnlyList<string> ProjectReferences => [.. Items("ProjectReference").Select(static path => System.IO.Path.GetFileNameWithoutExtension(path))];

    public IReadOnlyList<string> PackageReferences => [.. Items("PackageReference"), .. Items("PackageVersion"), .. Items("PackageDownload")];

    public IReadOnlyList<string> FriendAssemblies => [.. Items("InternalsVisibleTo")];

    public static ProjectFile Load(string path) => new(path, XDocument.Load(Repository.PathOf(path)));

    private IEnumerable<string> Items(string name) =>
        _document.Descendants(name).Select(static item => (string?)item.Attribute("Include")).OfType<string>();
}
