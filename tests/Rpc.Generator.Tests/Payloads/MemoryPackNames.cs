namespace Rpc.Generator.Tests.Payloads;

/// <summary>Stand-ins for MemoryPack, which is recognised by name.</summary>
internal static class MemoryPackNames
{
    /// <summary>The attributes.</summary>
    public const string Source = """


        namespace MemoryPack
        {
            public enum GenerateType { Object = 0, VersionTolerant = 1, CircularReference = 2, Collection = 3, NoGenerate = 4 }
            public enum SerializeLayout { Sequential = 0, Explicit = 1 }
            [AttributeUsage(AttributeTargets.All)]
            public sealed class MemoryPackableAttribute : Attribute
            {
                public MemoryPackableAttribute(GenerateType generateType = GenerateType.Object) { }
                public MemoryPackableAttribute(GenerateType generateType, SerializeLayout serializeLayout) { }
                public MemoryPackableAttribute(SerializeLayout serializeLayout) { }
            }
            [AttributeUsage(AttributeTargets.All)] public sealed class MemoryPackOrderAttribute : Attribute { public MemoryPackOrderAttribute(int order) { } }
            [AttributeUsage(AttributeTargets.All)] public sealed class MemoryPackIgnoreAttribute : Attribute { }
            [AttributeUsage(AttributeTargets.All)] public sealed class MemoryPackIncludeAttribute : Attribute { }
            [AttributeUsage(AttributeTargets.All)] public sealed class MemoryPackConstructorAttribute : Attribute { }
            [AttributeUsage(AttributeTargets.All, AllowMultiple = true)] public sealed class MemoryPackUnionAttribute : Attribute { public MemoryPackUnionAttribute(ushort tag, Type type) { } }
            [AttributeUsage(AttributeTargets.All)] public sealed class SuppressDefaultInitializationAttribute : Attribute { }
            [AttributeUsage(AttributeTargets.All)] public sealed class MemoryPackOnSerializingAttribute : Attribute { }
            [AttributeUsage(AttributeTargets.All)] public sealed class MemoryPackOnSerializedAttribute : Attribute { }
            [AttributeUsage(AttributeTargets.All)] public sealed class MemoryPackOnDeserializingAttribute : Attribute { }
            [AttributeUsage(AttributeTargets.All)] public sealed class MemoryPackOnDeserializedAttribute : Attribute { }
        }
        """;

    /// <summary>The entry points of the serializer; what they write is one byte, and no more than one is read.</summary>
    public const string Serializer = """


        namespace MemoryPack
        {
            public sealed class MemoryPackSerializerOptions { }

            public static class MemoryPackSerializer
            {
                public static void Serialize<T, TBufferWriter>(in TBufferWriter bufferWriter, in T? value, MemoryPackSerializerOptions? options = default)
                    where TBufferWriter : class, System.Buffers.IBufferWriter<byte>
                {
                    bufferWriter.GetSpan(1)[0] = value is null ? (byte)255 : (byte)42;
                    bufferWriter.Advance(1);
                }

                public static int Deserialize<T>(ReadOnlySpan<byte> buffer, ref T? value, MemoryPackSerializerOptions? options = default)
                {
                    if (buffer[0] == 13)
                    {
                        throw new InvalidOperationException("An unlucky payload.");
                    }

                    value = buffer[0] == 42 ? Activator.CreateInstance<T>() : default;
                    return 1;
                }
            }
        }
        """;
}
