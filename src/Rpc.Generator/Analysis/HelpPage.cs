namespace Rpc.Generator.Analysis;

/// <summary>Where a diagnostic's help page stands: <c>docs/diagnostics</c> of the repository.</summary>
internal static class HelpPage
{
    private const string Folder = "https://github.com/rpc-dotnet/rpc/blob/main/docs/diagnostics/";

    /// <summary>The page of a diagnostic.</summary>
    public static string Of(string id) => Folder + id + ".md";
}
