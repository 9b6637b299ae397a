using System.Text.RegularExpressions;
using Rpc.Architecture.Tests.Sources;
using Xunit;

namespace Rpc.Architecture.Tests.Documentation;

/// <summary>The pages hang together: no link leads nowhere, no page is forgotten.</summary>
public sealed partial class PageTests
{
    [Fact]
    public void The_first_command_of_the_readme_names_a_project_that_exists()
    {
        var command = Repository.Read("README.md").Split('\n').First(static line => line.StartsWith("dotnet run", StringComparison.Ordinal));

        Assert.True(Directory.Exists(Repository.PathOf(command.Split(' ')[^1].Trim())), command);
    }

    [Fact]
    public void Every_relative_link_of_a_page_leads_somewhere()
    {
        foreach (var page in Repository.Files("docs", "*.md").Append("README.md").Append("CHANGELOG.md"))
        {
            foreach (var link in LinksOf(page))
            {
                Assert.True(File.Exists(link) || Directory.Exists(link), $"{page} links to {Repository.Relative(link)}, which is not there.");
            }
        }
    }

    [Fact]
    public void Every_page_is_in_the_index()
    {
        var linked = LinksOf("docs/README.md").Select(Repository.Relative).ToHashSet();
        foreach (var page in Repository.Files("docs", "*.md").Where(static page => page != "docs/README.md"))
        {
            Assert.True(linked.Contains(page) || linked.Contains(Path.GetDirectoryName(page)!.Replace('\\', '/')), $"docs/README.md does not name {page}.");
        }
    }

    private static IEnumerable<string> LinksOf(string page) =>
        Link().Matches(Repository.Read(page)).Select(link => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.PathOf(page))!, link.Groups[1].Value)));

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#\s]+)")]
    private static partial Regex Link();
}
