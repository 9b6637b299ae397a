using Rpc.Generator.Model;

namespace Rpc.Generator.Emit;

/// <summary>Writes the module initializer that makes an assembly's contracts, formatters and transports known.</summary>
internal static class RegistrationEmitter
{
    /// <summary>The name of the file.</summary>
    public const string HintName = "Rpc.Registration.g.cs";

    /// <summary>Writes the file.</summary>
    /// <param name="statements">The statements of the initializer, in order.</param>
    /// <param name="environment">What the compilation has.</param>
    /// <returns>The text.</returns>
    public static string Emit(EquatableArray<string> statements, RegistrationEnvironment environment)
    {
        var writer = new SourceWriter().Header();
        if (environment is { HasModuleInitializer: false, HasFileTypes: false })
        {
            writer.Line("#pragma warning disable CS0436 // other assemblies may declare the attribute too and show it").Line();
        }

        writer.Open($"namespace {environment.Namespace}").Open("internal static class Registration");
        writer.Line("private const int Version = global::Rpc.GeneratedCodeVersion.V1;").Line();
        writer.Line("[global::System.Runtime.CompilerServices.ModuleInitializer]").Open("internal static void Initialize()");
        foreach (var statement in statements)
        {
            writer.Line(statement);
        }

        writer.Close().Close().Close();
        if (!environment.HasModuleInitializer)
        {
            writer.Line().Open("namespace System.Runtime.CompilerServices");
            writer.Line("[global::System.AttributeUsage(global::System.AttributeTargets.Method, Inherited = false)]");
            writer.Open($"{(environment.HasFileTypes ? "file" : "internal")} sealed class ModuleInitializerAttribute : global::System.Attribute").Close().Close();
        }

        return writer.ToString();
    }
}
