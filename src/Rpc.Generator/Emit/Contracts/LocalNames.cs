using Rpc.Generator.Internal;
using Rpc.Generator.Model;
using Rpc.Generator.Model.Contracts;

namespace Rpc.Generator.Emit.Contracts;

/// <summary>The names of a method's parameters in generated code, where they must not hide what that code uses itself.</summary>
internal static class LocalNames
{
    private static readonly HashSet<string> s_reserved = new(StringComparer.Ordinal)
    {
        "payload", "writer", "streams", "exception", "service", "call", "reader", "count",
        "Invoker", "Options", "BeginPayload", "SerializationFailed",
    };

    /// <summary>The identifiers, in the order of the parameters.</summary>
    public static string[] Of(EquatableArray<ParameterModel> parameters)
    {
        var taken = new HashSet<string>(parameters.Items.Select(static p => p.Name), StringComparer.Ordinal);
        var names = new string[parameters.Count];
        for (var i = 0; i < names.Length; i++)
        {
            var name = parameters[i].Name;
            if (IsReserved(name))
            {
                do
                {
                    name += "_";
                }
                while (IsReserved(name) || !taken.Add(name));
            }

            names[i] = name.Escape();
        }

        return names;
    }

    // M0, F0 and D0 are the contract's own members.
    private static bool IsReserved(string name) =>
        s_reserved.Contains(name) || (name.Length > 1 && name[0] is ('M' or 'F' or 'D') && name.Skip(1).All(char.IsDigit));
}
