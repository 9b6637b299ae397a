using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Contracts;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>What <c>[RpcMethod]</c> says about a method.</summary>
internal sealed class MethodSettings
{
    private MethodSettings(AttributeData? attribute) => Attribute = attribute;

    public AttributeData? Attribute { get; }

    /// <summary>The name given, or null.</summary>
    public string? Name { get; private set; }

    public bool HasName => Name is not null;

    public Delivery Delivery { get; private set; }

    public bool Redundant { get; private set; }

    public bool Idempotent { get; private set; }

    public bool OneWay { get; private set; }

    /// <summary>The name of the limit that calls count against, or null.</summary>
    public string? RateLimit { get; private set; }

    public static MethodSettings Of(IMethodSymbol method)
    {
        var settings = new MethodSettings(KnownTypes.Attribute(method, "RpcMethodAttribute"));
        if (settings.Attribute is null)
        {
            return settings;
        }

        foreach (var argument in settings.Attribute.NamedArguments)
        {
            settings.Set(argument.Key, argument.Value.Value);
        }

        return settings;
    }

    /// <summary>Whether no answer is sent.</summary>
    public bool IsOneWay(ReturnShape shape) => OneWay || shape == ReturnShape.Void;

    private void Set(string name, object? value)
    {
        switch (name)
        {
            case "Name":
                Name = value as string;
                break;
            case "Delivery" when value is int delivery:
                Delivery = (Delivery)delivery;
                break;
            case "Redundant":
                Redundant = value is true;
                break;
            case "Idempotent":
                Idempotent = value is true;
                break;
            case "RateLimit":
                RateLimit = value as string;
                break;
            case "OneWay":
                OneWay = value is true;
                break;
        }
    }
}
