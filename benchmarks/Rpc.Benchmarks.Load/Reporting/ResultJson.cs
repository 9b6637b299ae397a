using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rpc.Benchmarks.Load.Reporting;

/// <summary>Results as lines of JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Result))]
internal sealed partial class ResultJson : JsonSerializerContext
{
    public static string Write(Result result) => JsonSerializer.Serialize(result, Default.Result);

    public static Result Read(string line) => JsonSerializer.Deserialize(line, Default.Result)!;
}
