namespace Rpc;

/// <summary>How the members of an object are laid out in a payload.</summary>
public enum RpcPayloadLayout
{
    /// <summary>A count, then the members in order; members may be appended, and older readers then refuse.</summary>
    Default = 0,

    /// <summary>Each member carries its length: members may be added and removed on both sides. Every member has an <see cref="RpcOrderAttribute"/>.</summary>
    VersionTolerant = 1,

    /// <summary>As <see cref="VersionTolerant"/>, and an instance that is met again is written as a reference.</summary>
    CircularReference = 2,

    /// <summary>The elements of a class that implements <see cref="ICollection{T}"/>, as of a list; its other members are left out.</summary>
    Collection = 3,
}

/// <summary>Sets the layout of a type's payload, or asks for a formatter although no contract reaches the type (the detail of an error, say).</summary>
/// <remarks>Plain types that a contract reaches need no attribute. On an assembly it names a type that cannot be annotated.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Enum | AttributeTargets.Assembly, Inherited = false, AllowMultiple = true)]
public sealed class RpcPayloadAttribute : Attribute
{
    /// <summary>Sets the layout of the type that carries the attribute.</summary>
    /// <param name="layout">The layout.</param>
    public RpcPayloadAttribute(RpcPayloadLayout layout = RpcPayloadLayout.Default) => Layout = layout;

    /// <summary>Asks for a formatter of a type; used on an assembly.</summary>
    /// <param name="type">The type, closed if generic.</param>
    public RpcPayloadAttribute(Type type) => Type = type;

    /// <summary>The layout.</summary>
    public RpcPayloadLayout Layout { get; }

    /// <summary>The type, on an assembly.</summary>
    public Type? Type { get; }
}

/// <summary>Sets the position of a member in its type's payload.</summary>
/// <remarks>Either all members of a type carry it or none. Positions start at 0; gaps are allowed in version-tolerant types.</remarks>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class RpcOrderAttribute : Attribute
{
    /// <summary>Sets the position.</summary>
    /// <param name="order">0 to 248.</param>
    public RpcOrderAttribute(int order) => Order = order;

    /// <summary>The position.</summary>
    public int Order { get; }
}

/// <summary>Leaves a public member out of its type's payload.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class RpcIgnoreAttribute : Attribute
{
}

/// <summary>Takes a member that is not public into its type's payload.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class RpcIncludeAttribute : Attribute
{
}

/// <summary>Chooses the constructor that reading a payload calls, where a type has several.</summary>
[AttributeUsage(AttributeTargets.Constructor)]
public sealed class RpcConstructorAttribute : Attribute
{
}

/// <summary>Names one case of a union: an interface or abstract class whose payload begins with a tag.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class RpcUnionAttribute : Attribute
{
    /// <summary>Names a case.</summary>
    /// <param name="tag">The tag, unique in the union; never change it.</param>
    /// <param name="type">The case: a class or struct that derives from the union type.</param>
    public RpcUnionAttribute(ushort tag, Type type)
    {
        Tag = tag;
        Type = type;
    }

    /// <summary>The tag.</summary>
    public ushort Tag { get; }

    /// <summary>The case.</summary>
    public Type Type { get; }
}
