using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Payloads;

/// <summary>The text of the formatters of each kind of type; compiled as C# 9 on netstandard2.1 and as C# 14 on net10.0, without warnings.</summary>
public sealed class PayloadSnapshotTests
{
    [Fact]
    public void Class() => Match("""
        [RpcPayload]
        public class Player
        {
            public int Id { get; set; }
            public string? Name;
            public bool Alive { get; set; }
            public List<string?>? Items { get; set; }
            public DateTime Since { get; set; }
            public int Computed => Id * 2;
        }
        """);

    [Fact]
    public void Recursive() => Match("[RpcPayload] public class Tree { public Tree? Left { get; set; } public List<Tree> Right { get; set; } = new List<Tree>(); }");

    [Fact]
    public void ConstructorWithBody() => Match("""
        [RpcPayload]
        public sealed class Name
        {
            public Name(string text, int length = 5) => Text = text.Trim();
            public string Text { get; }
        }
        """);

    [Fact]
    public void StructWithReferences() => Match("[RpcPayload] public struct Named { public int Id; public string? Name { get; set; } }");

    [Fact]
    public void VersionTolerant() => Match("""
        [RpcPayload(RpcPayloadLayout.VersionTolerant)]
        public class Settings
        {
            [RpcOrder(0)] public int A { get; set; }
            [RpcOrder(2)] public string? C { get; set; }
        }
        """);

    [Fact]
    public void Circular() => Match("""
        [RpcPayload(RpcPayloadLayout.CircularReference)]
        public class Node
        {
            [RpcOrder(0)] public string? Name { get; set; }
            [RpcOrder(1)] public Node? Next { get; set; }
        }
        """);

    [Fact]
    public void Union() => Match("""
        [RpcPayload, RpcUnion(0, typeof(Circle)), RpcUnion(300, typeof(Square))] public interface IShape { }
        public class Circle : IShape { public double R { get; set; } }
        public struct Square : IShape { public double Side; }
        """);

    [Fact]
    public void Collection() => Match("""
        [RpcPayload(RpcPayloadLayout.Collection)] public class Bag : List<string> { }
        [RpcPayload(RpcPayloadLayout.Collection)] public class Registry : Dictionary<int, Registry> { }
        [RpcPayload] public class Holder { public Bag? Bag { get; set; } public List<Registry>? All { get; set; } }
        """);

    [Fact]
    public void StructsThatAreCopied() => Match("""
        [RpcPayload] public struct Vector { public float X, Y, Z; }
        [RpcPayload] public struct Padded { public byte A; public int B; public short C; }
        [RpcPayload, System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit)]
        public struct Overlapped { [System.Runtime.InteropServices.FieldOffset(0)] public int A; [System.Runtime.InteropServices.FieldOffset(0)] public float B; }
        """);

    [Fact]
    public void StructsThatAreCopiedWhereTheyFit() => Match("[RpcPayload] public struct Entry { public int Id; public long Ticks; public Inner At; } public struct Inner { public byte A; public short B; }");

    [Fact]
    public void StructsFieldByField() => Match("""
        [RpcPayload] public struct Flags { private bool _a; public char B; public Inner C; public Flags(bool a) : this() => _a = a; public bool A => _a; }
        public struct Inner { public byte A; public int B; }
        [RpcPayload, System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
        public struct Free { public byte A; public long B; public (byte, int) C; }
        [RpcPayload, System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 24)]
        public struct Placed { [System.Runtime.InteropServices.FieldOffset(8)] public DateTime A; [System.Runtime.InteropServices.FieldOffset(0)] public bool B; }
        [RpcPayload, System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 1)]
        public struct Packed { public bool A; public int B; public nint C; }
        """);

    [Fact]
    public void Generic() => Match("""
        public class Box<T> { public T Value { get; set; } = default!; }
        [RpcPayload] public class Boxes { public Box<int>? A { get; set; } public Box<Box<string?>>? B { get; set; } public (int, string?)? C { get; set; } }
        """);

    [Fact]
    public void CallbacksAndKeptInitializers() => Match("""
        [RpcPayload]
        public class Called
        {
            public int A { get; set; }
            [MemoryPack.SuppressDefaultInitialization] public int B { get; set; } = 7;
            [MemoryPack.MemoryPackOnSerializing] internal void Before() => A++;
            [MemoryPack.MemoryPackOnSerialized] internal void Behind() => A--;
            [MemoryPack.MemoryPackOnDeserializing] internal static void Begin() { }
            [MemoryPack.MemoryPackOnDeserialized] internal void End() => B++;
        }
        """ + MemoryPackNames.Source);

    [Fact]
    public void Private() => MatchNewest("""
        [RpcPayload]
        public class Closed
        {
            [RpcInclude] private int _a;
            [RpcInclude] private string? B { get; set; }
            public required string C { get; init; }
            public long D { get; private set; }
            private Closed() { }
            public override string ToString() => _a + B;
            public static Closed Of(int a, string? b) => new() { _a = a, B = b, C = "c", D = 5 };
        }
        """);

    [Fact]
    public void MemoryPackItself() => Match("""
        [RpcPayload] public class Holder { public Theirs? A { get; set; } public Ring? B { get; set; } }
        [MemoryPack.MemoryPackable] public class Theirs { public int A { get; set; } }
        [MemoryPack.MemoryPackable(MemoryPack.GenerateType.CircularReference)] public class Ring { [MemoryPack.MemoryPackOrder(0)] public Ring? Next { get; set; } }
        """ + MemoryPackNames.Source + MemoryPackNames.Serializer);

    private static void Match(string declarations, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        var oldest = Files(Target.NetStandard, declarations);
        Assert.Equal(oldest.OrderBy(static f => f.Key, StringComparer.Ordinal), Files(Target.Net10, declarations).OrderBy(static f => f.Key, StringComparer.Ordinal));
        Snapshot.Match(Generated.Cleanly(Target.Net10, Usings + declarations), "Payloads/" + name);
    }

    private static void MatchNewest(string declarations, [System.Runtime.CompilerServices.CallerMemberName] string name = "") =>
        Snapshot.Match(Generated.Cleanly(Target.Net10, Usings + declarations), "Payloads/" + name);

    private static IEnumerable<KeyValuePair<string, string>> Files(Target target, string declarations) =>
        Generated.Cleanly(target, Usings + declarations).Files.Where(static f => !f.Key.Contains("Registration", StringComparison.Ordinal));

    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using Rpc;

        """;
}
