using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Model;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Finds the transports that an assembly and those it references offer: <c>[assembly: RpcTransport(typeof(X))]</c>.</summary>
internal static class TransportParser
{
    private const string RuntimeAssembly = "Rpc.Abstractions";

    /// <summary>Looks through a compilation. Runs for every edit, so it decodes the attributes of those assemblies only that know the attribute.</summary>
    /// <returns>The full names of the classes in ordinal order.</returns>
    public static EquatableArray<string> Parse(Compilation compilation, CancellationToken cancellationToken)
    {
        var transports = new SortedSet<string>(StringComparer.Ordinal);
        Add(compilation.Assembly);
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (assembly.Name == RuntimeAssembly || Knows(assembly))
            {
                Add(assembly);
            }
        }

        return transports.ToImmutableArray();

        void Add(IAssemblySymbol assembly)
        {
            foreach (var attribute in assembly.GetAttributes())
            {
                if (attribute is { AttributeClass: { Name: "RpcTransportAttribute", ContainingNamespace: { Name: "Transports", ContainingNamespace.Name: "Rpc" } }, ConstructorArguments.Length: 1 }
                    && attribute.ConstructorArguments[0].Value is INamedTypeSymbol type
                    && CanCreate(type, compilation))
                {
                    transports.Add(TypeNames.Bare(type));
                }
            }
        }
    }

    private static bool Knows(IAssemblySymbol assembly) =>
        assembly.Modules.Any(static module => module.ReferencedAssemblies.Any(static reference => reference.Name == RuntimeAssembly));

    private static bool CanCreate(INamedTypeSymbol type, Compilation compilation) =>
        type is { IsAbstract: false, IsGenericType: false, TypeKind: TypeKind.Class }
        && compilation.IsSymbolAccessibleWithin(type, compilation.Assembly)
        && type.InstanceConstructors.Any(c => c.Parameters.Length == 0 && compilation.IsSymbolAccessibleWithin(c, compilation.Assembly))
        && type.AllInterfaces.Any(static i => i is { Name: "IRpcClientTransport", ContainingNamespace: { Name: "Transports", ContainingNamespace.Name: "Rpc" } });
}
