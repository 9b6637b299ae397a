using Rpc.Generator.Model.Contracts;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Emit.Contracts;

/// <summary>The static fields that hold the formatters which are composed of others: one for each expression, in the order of first use.</summary>
internal sealed class FormatterFields
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly List<(string Name, PayloadCall Call)> _fields = [];

    public FormatterFields(ContractModel contract)
    {
        foreach (var method in contract.Methods)
        {
            foreach (var parameter in method.Parameters)
            {
                Add(parameter.Payload);
            }

            Add(method.Result);
        }
    }

    /// <summary>The fields.</summary>
    public IReadOnlyList<(string Name, PayloadCall Call)> Fields => _fields;

    /// <summary>The field of a formatter, or the empty string when it needs none.</summary>
    public string Name(PayloadCall call) => call.NeedsField ? _names[call.Formatter] : "";

    /// <summary>An expression for a formatter. Formatters know no nullable annotations, hence the exclamation mark.</summary>
    public string Expression(PayloadCall call) => (call.NeedsField ? _names[call.Formatter] : call.Formatter) + "!";

    private void Add(PayloadCall? call)
    {
        if (call is { NeedsField: true } && !_names.ContainsKey(call.Formatter))
        {
            var name = "F" + _fields.Count;
            _names.Add(call.Formatter, name);
            _fields.Add((name, call));
        }
    }
}
