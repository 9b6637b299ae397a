using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>The golden vectors, from <c>tests/GoldenVectors</c>.</summary>
internal static class GoldenVectors
{
    public static readonly Dictionary<string, Vector> Values = Load("memorypack-vectors.json");

    public static readonly Dictionary<string, Vector> Malformed = Load("memorypack-malformed.json");

    private static Dictionary<string, Vector> Load(string file)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "GoldenVectors", file));
        return JsonSerializer.Deserialize<Vector[]>(stream)!.ToDictionary(x => x.Name);
    }

    internal sealed record Vector(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("group")] string Group,
        [property: JsonPropertyName("kind")] string? Kind,
        [property: JsonPropertyName("csharp_type")] string Type,
        [property: JsonPropertyName("string_encoding")] string? StringEncoding,
        [property: JsonPropertyName("hex")] string? Hex,
        [property: JsonPropertyName("outcome")] string? Outcome);
}
