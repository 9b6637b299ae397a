using Microsoft.CodeAnalysis;
using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Payloads;

/// <summary>Types of other assemblies, of which the compiler sees what metadata says, and of a reference assembly even less.</summary>
public sealed class ReferencedTypeTests
{
    private const string Library = """
        using System;
        using System.Collections.Generic;
        using Rpc;

        namespace Lib
        {
            public class Base { public int Z { get; set; } public string? A { get; set; } }
            public class Derived : Base { public int M { get; set; } internal int Hidden { get; set; } public List<Derived?>? Children { get; set; } }
            public record Point(int X, string? Y) { public int Z { get; init; } }
            public struct Raw { private byte _a; private long _b; public Raw(byte a, long b) { _a = a; _b = b; } public long Sum => _a + _b; }
            public struct Flags { private bool _a; public bool A => _a; public Flags(bool a) => _a = a; }
            public class Made { public Made(int a) => A = a; public int A { get; private set; } }
            public class Mixed { public int A { get; set; } public int B; }
            public class Ordered { [RpcOrder(1)] public int A { get; set; } [RpcOrder(0)] public int B; }
            [RpcUnion(0, typeof(Circle))] public interface IShape { }
            public class Circle : IShape { public double R { get; set; } }
            [RpcPayload(RpcPayloadLayout.VersionTolerant)] public class Tolerant { [RpcOrder(0)] public int A { get; set; } [RpcOrder(3)] public int B { get; set; } }
        }
        """;

    private const string Members = """
        public Lib.Derived? A; public Lib.Point? B; public Lib.Raw C; public Lib.Flags D; public Lib.Made? E; public Lib.Ordered? F; public Lib.IShape? G; public Lib.Tolerant? H;
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_are_written_as_in_their_own_assembly(bool fromReferenceAssembly)
    {
        var here = Files(Target.Net10.Compile($"[Rpc.RpcPayload] public class Holder {{ {Members} }}", Library));
        var there = Files(Target.Net10.Compile($"[Rpc.RpcPayload] public class Holder {{ {Members} }}").AddReferences(Target.Net10.Reference(Library, fromReferenceAssembly)));

        // What is private to the other assembly is not seen there: of the type that has such members, writing alone is the same.
        Assert.Equal(here.Keys, there.Keys);
        Assert.All(here.Keys, file => Assert.Equal(Writing(here[file]), Writing(there[file])));
        Assert.Contains("var mirror", there.Single(static f => f.Key.Contains("Flags", StringComparison.Ordinal)).Value, StringComparison.Ordinal);
        Assert.Contains("a: m0", there.Single(static f => f.Key.Contains("Made", StringComparison.Ordinal)).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_metadata_does_not_say_is_found()
    {
        var compilation = Target.Net10.Compile("[Rpc.RpcPayload] public class Holder { public Lib.Mixed? A; }").AddReferences(Target.Net10.Reference(Library));

        var found = Assert.Single(await Analyzed.FindAsync(compilation));

        Assert.Equal("RPC0118", found.Id);
        Assert.Equal("A", compilation.SyntaxTrees[0].ToString().Substring(found.Location.SourceSpan.Start, found.Location.SourceSpan.Length));
    }

    private static string Writing(string source) => source.Split(" Read(ref")[0];

    private static SortedDictionary<string, string> Files(Compilation compilation)
    {
        var generated = Generated.From(compilation);
        generated.AssertClean();
        return new SortedDictionary<string, string>(
            generated.Files.Where(static f => f.Key.Contains("Payloads", StringComparison.Ordinal)).ToDictionary(), StringComparer.Ordinal);
    }
}
