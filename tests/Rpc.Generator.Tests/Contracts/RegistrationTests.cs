using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Contracts;

public sealed class RegistrationTests
{
    private const string Transport = """
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using Rpc.Transports;

        [assembly: RpcTransport(typeof(Some.Transport))]
        [assembly: RpcTransport(typeof(Some.Hidden))]
        [assembly: RpcTransport(typeof(Some.Abstract))]
        [assembly: RpcTransport(typeof(Some.Demanding))]
        [assembly: RpcTransport(typeof(string))]

        namespace Some
        {
            public class Transport : IRpcClientTransport
            {
                public IReadOnlyCollection<string> Schemes => Array.Empty<string>();
                public ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken) => throw new NotSupportedException();
            }

            internal class Hidden : Transport { }
            public abstract class Abstract : Transport { }
            public class Demanding : Transport { public Demanding(int port) { } }
        }
        """;

    [Theory]
    [InlineData(OutputKind.DynamicallyLinkedLibrary)]
    [InlineData(OutputKind.ConsoleApplication)]
    public void Transports_of_referenced_assemblies_are_registered_in_programs_and_libraries(OutputKind kind)
    {
        var transport = Target.Net10.Compile(Transport).WithAssemblyName("Some.Transport");
        var unaware = CSharpCompilation.Create("Unaware", [Target.Net10.Parse("public class Unaware { }", "Unaware.cs")], Target.Net10.References, new(OutputKind.DynamicallyLinkedLibrary));
        var compilation = Target.Net10.Compile("public class Program { public static void Main() { } }");
        compilation = compilation
            .WithOptions(compilation.Options.WithOutputKind(kind))
            .AddReferences(Emit(transport), Emit(unaware));

        var generated = Generated.From(compilation);

        generated.AssertClean();
        var registrations = generated.File("Registration").Split('\n').Where(static line => line.Contains(".Register(", StringComparison.Ordinal)).Select(static line => line.Trim());
        Assert.Equal(["global::Rpc.Transports.RpcTransports.Register(new global::Some.Transport());"], registrations.Where(static line => line.Contains("Some.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Transports_of_a_project_reference_are_found_as_well()
    {
        var compilation = Target.Net10.Compile("public class C { }").AddReferences(Target.Net10.Compile(Transport).WithAssemblyName("Some.Transport").ToMetadataReference());

        Assert.Contains("new global::Some.Transport()", Generated.From(compilation).File("Registration"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_transport_of_the_project_itself_is_registered() =>
        Assert.Contains("new global::Some.Hidden()", Generated.Cleanly(Target.Net10, Transport).File("Registration"), StringComparison.Ordinal);

    [Fact]
    public void A_project_with_nothing_to_register_gets_no_file() => Assert.Empty(Generated.Cleanly(Target.NetStandard, "public class C { }").Files);

    [Fact]
    public void The_module_initializers_attribute_is_written_only_where_the_framework_lacks_it()
    {
        const string Contract = "[Rpc.RpcService] public interface IGame { void Move(); }";
        const string Own = "namespace System.Runtime.CompilerServices { [AttributeUsage(AttributeTargets.Method)] internal sealed class ModuleInitializerAttribute : Attribute { } }";

        Assert.DoesNotContain("class ModuleInitializerAttribute", Generated.Cleanly(Target.Net10, Contract).File("Registration"), StringComparison.Ordinal);
        Assert.Contains("class ModuleInitializerAttribute", Generated.Cleanly(Target.NetStandard, Contract).File("Registration"), StringComparison.Ordinal);
        Assert.DoesNotContain("class ModuleInitializerAttribute", Generated.Cleanly(Target.NetStandard, Contract, Own).File("Registration"), StringComparison.Ordinal);
    }

    [Fact]
    public void From_csharp_11_on_the_attribute_meets_none_that_another_generator_writes()
    {
        const string Other = "namespace System.Runtime.CompilerServices { [AttributeUsage(AttributeTargets.Method)] internal sealed class ModuleInitializerAttribute : Attribute { } }";
        var generated = Generated.From(Target.NetStandard.Compile().AddSyntaxTrees(
            Target.NetStandard.Parse("[Rpc.RpcService] public interface IGame { void Move(); }", "File0.cs", LanguageVersion.CSharp11)));
        generated.AssertClean();

        // Generators do not see each other's files, so the other one comes after.
        var output = generated.Output.AddSyntaxTrees(Target.NetStandard.Parse(Other, "Other.cs", LanguageVersion.CSharp11));

        Assert.Empty(output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS1591"));
    }

    [Fact]
    public void A_project_of_an_older_language_gets_no_module_initializer()
    {
        var compilation = Target.NetStandard.Compile().AddSyntaxTrees(Target.NetStandard.Parse(Transport, "File0.cs", LanguageVersion.CSharp8));

        Assert.Empty(Generated.From(compilation).Files);
    }

    [Fact]
    public void Assemblies_that_see_each_others_internals_do_not_meet()
    {
        var one = Library("One");
        var both = Generated.From(Target.NetStandard.Compile("namespace N { [Rpc.RpcService] internal interface IOwn : IOne, ITwo { void Own(); } }")
            .AddReferences(one, Library("Two")));
        both.AssertClean();
        Assert.Contains("class ModuleInitializerAttribute", both.File("Registration"), StringComparison.Ordinal);

        var single = Generated.From(Target.NetStandard.Compile("namespace N { [Rpc.RpcService] internal interface IOwn : IOne { void Own(); } }").AddReferences(one));
        single.AssertClean();
        Assert.DoesNotContain("class ModuleInitializerAttribute", single.File("Registration"), StringComparison.Ordinal);

        static CompilationReference Library(string name)
        {
            var generated = Generated.From(Target.NetStandard.Compile(
                "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Tested\")]",
                $"namespace N {{ [Rpc.RpcService] internal interface I{name} {{ void {name}(); }} }}").WithAssemblyName(name));
            generated.AssertClean();
            return generated.Output.ToMetadataReference();
        }
    }

    private static PortableExecutableReference Emit(Compilation compilation)
    {
        using var stream = new MemoryStream();
        var result = compilation.WithOptions(compilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default)).Emit(stream);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return MetadataReference.CreateFromImage(stream.ToArray());
    }
}
