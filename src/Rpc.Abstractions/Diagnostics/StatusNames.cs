namespace Rpc.Diagnostics;

/// <summary>The names of the statuses, so that measuring does not make a string each time.</summary>
internal static class StatusNames
{
    private static readonly string[] s_names = [.. Enumerable.Range(0, 17).Select(static code => ((RpcStatusCode)code).ToString())];

    public static string Of(RpcStatusCode status) => (uint)status < (uint)s_names.Length ? s_names[(int)status] : "Unknown";
}
