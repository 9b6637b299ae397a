using System.Text.RegularExpressions;

namespace Rpc.Generator.Tests.Docs;

/// <summary>The help page of a diagnostic: a block of code that is found fault with, and one that is not.</summary>
internal sealed partial class DiagnosticPage
{
    private DiagnosticPage(string text, string? library, string bad, string good, string? languageVersion)
    {
        Text = text;
        Library = library;
        Bad = bad;
        Good = good;
        LanguageVersion = languageVersion;
    }

    public string Text { get; }

    /// <summary>What another assembly declares, where that is part of the matter.</summary>
    public string? Library { get; }

    public string Bad { get; }

    public string Good { get; }

    /// <summary>The language version of the bad block, where it is the fault.</summary>
    public string? LanguageVersion { get; }

    /// <summary>The ids of all pages.</summary>
    public static IEnumerable<string> Ids => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "docs"), "RPC*.md")
        .Select(static path => Path.GetFileNameWithoutExtension(path))
        .Order(StringComparer.Ordinal);

    public static DiagnosticPage Read(string id)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", id + ".md")).ReplaceLineEndings("\n");
        var blocks = Block().Matches(text);
        var bad = Assert.Single(blocks, static b => b.Groups["kind"].Value == "bad");
        var good = Assert.Single(blocks, static b => b.Groups["kind"].Value == "good");
        var library = blocks.SingleOrDefault(static b => b.Groups["kind"].Value == "library")?.Groups["code"].Value;
        return new DiagnosticPage(text, library, bad.Groups["code"].Value, good.Groups["code"].Value, bad.Groups["version"] is { Success: true } version ? version.Value : null);
    }

    [GeneratedRegex("^```csharp (?<kind>bad|good|library)( langversion=(?<version>[0-9.]+))?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
