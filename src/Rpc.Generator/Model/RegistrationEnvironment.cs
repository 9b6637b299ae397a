using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rpc.Generator.Model;

/// <summary>What the registration file depends on in the compilation.</summary>
/// <param name="Namespace">The namespace of generated code, one an assembly, so that assemblies that see each other's internals do not collide.</param>
/// <param name="HasModuleInitializer">Whether the module initializer's attribute is declared, by the framework or by one assembly that shows its internals.</param>
/// <param name="IsSupported">Whether the language is C# 9 or later.</param>
/// <param name="HasFileTypes">Whether it is C# 11 or later: a type of the file's own meets no other's, whatever other generators write.</param>
internal sealed record RegistrationEnvironment(string Namespace, bool HasModuleInitializer, bool IsSupported, bool HasFileTypes)
{
    // LanguageVersion.CSharp11 of Roslyn 4.4.
    private const LanguageVersion CSharp11 = (LanguageVersion)1100;

    /// <summary>Looks at a compilation.</summary>
    /// <param name="compilation">The compilation.</param>
    /// <returns>What it has.</returns>
    public static RegistrationEnvironment Of(Compilation compilation)
    {
        var attributes = compilation.GetTypesByMetadataName("System.Runtime.CompilerServices.ModuleInitializerAttribute")
            .Where(attribute => compilation.IsSymbolAccessibleWithin(attribute, compilation.Assembly));
        return new RegistrationEnvironment(
            GeneratedNamespace.Of(compilation),
            attributes.Take(2).Count() == 1,
            compilation is CSharpCompilation { LanguageVersion: >= LanguageVersion.CSharp9 },
            compilation is CSharpCompilation { LanguageVersion: >= CSharp11 });
    }
}
