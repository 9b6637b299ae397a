using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rpc.GoldenVectors.Tests;

/// <summary>The vectors, from <c>tests/GoldenVectors</c>.</summary>
internal static class VectorFile
{
    public static readonly Dictionary<string, Vector> Values = Load("memorypack-vectors.json");

    public static readonly Dictionary<string, Vector> Malformed = Load("memorypack-malformed.json");

    /// <summary>Vectors that cannot pass, each with the reason; <c>docs/serialization.md</c> lists them too.</summary>
    public static readonly Dictionary<string, string> Unsupported = new()
    {
        ["obj_wellknown_members"] = "A member is a System.Type: no type is named by the wire.",
        ["type_int"] = "System.Type.",
        ["type_list_int"] = "System.Type.",
        ["type_null"] = "System.Type.",
        ["obj_custom_formatters"] = "A member is written as UTF-16: strings are written as UTF-8 only. Read all the same.",
        ["padded_array_dirty_padding"] = "Padding is written as zero. Read all the same.",
    };

    private static Dictionary<string, Vector> Load(string file)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "GoldenVectors", file));
        return JsonSerializer.Deserialize<Vector[]>(stream)!.ToDictionary(x => x.Name);
    }

    internal sealed record Vector(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("kind")] string? Kind,
        [property: JsonPropertyName("csharp_type")] string Type,
        [property: JsonPropertyName("type_defs")] string? Declarations,
        [property: JsonPropertyName("string_encoding")] string? StringEncoding,
        [property: JsonPropertyName("hex")] string? Hex,
        [property: JsonPropertyName("length")] int Length,
        [property: JsonPropertyName("hex_head")] string? HexHead);
}
