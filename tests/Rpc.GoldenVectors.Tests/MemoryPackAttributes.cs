// The attributes of MemoryPack that ours have no counterpart for: they are honoured by name, so any declaration of them will do.
namespace MemoryPack;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class MemoryPackOnSerializingAttribute : Attribute;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class MemoryPackOnDeserializedAttribute : Attribute;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
internal sealed class SuppressDefaultInitializationAttribute : Attribute;

internal abstract class MemoryPackCustomFormatterAttribute<T> : Attribute;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
internal sealed class Utf8StringFormatterAttribute : MemoryPackCustomFormatterAttribute<string>;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
internal sealed class Utf16StringFormatterAttribute : MemoryPackCustomFormatterAttribute<string>;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
internal sealed class BitPackFormatterAttribute : MemoryPackCustomFormatterAttribute<bool[]>;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
internal sealed class OrdinalIgnoreCaseStringDictionaryFormatterAttribute<TValue> : MemoryPackCustomFormatterAttribute<Dictionary<string, TValue>>;
