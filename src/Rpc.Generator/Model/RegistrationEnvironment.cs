using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Model;

/// <summary>What the registration file depends on in the compilation.</summary>
/// <param name="Namespace">The namespace of generated code, one an assembly, so that assemblies that see each other's internals do not collide.</param>
/// <param name="HasModuleInitializer">Whether the framework declares the module initializer's attribute.</param>
internal sealed record RegistrationEnvironment(string Namespace, bool HasModuleInitializer)
{
    /// <summary>Looks at a compilation.</summary>
    /// <param name="compilation">The compilation.</param>
    /// <returns>What it has.</returns>
    public static RegistrationEnvironment Of(Compilation compilation)
    {
        var attribute = compilation.GetTypeByMetadataName("System.Runtime.CompilerServices.ModuleInitializerAttribute");
        return new RegistrationEnvironment(
            GeneratedNamespace.Of(compilation),
            attribute is not null && compilation.IsSymbolAccessibleWithin(attribute, compilation.Assembly));
    }
}
