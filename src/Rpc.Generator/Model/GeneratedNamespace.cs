using System.Text;
using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Model;

/// <summary>The namespace of everything that is generated into an assembly and not named by its users.</summary>
internal static class GeneratedNamespace
{
    /// <summary>The namespace for a compilation: the assembly's name is part of it, so that assemblies that see each other's internals do not collide.</summary>
    /// <param name="compilation">The compilation.</param>
    /// <returns>The namespace, without <c>global::</c>.</returns>
    public static string Of(Compilation compilation)
    {
        var name = new StringBuilder("Rpc.Generated.");
        var start = name.Length;
        foreach (var c in compilation.AssemblyName ?? "_")
        {
            name.Append(char.IsLetterOrDigit(c) ? c : '_');
        }

        if (!char.IsLetter(name[start]))
        {
            name.Insert(start, '_');
        }

        // A part that is a keyword ("event.dll") or a name of this namespace needs an escape or would hide it.
        return name.Append("_Rpc").ToString();
    }
}
