using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Payloads;

/// <summary>MemoryPack's attributes mean what ours mean.</summary>
public sealed class MemoryPackAttributeTests
{
    [Theory]
    [InlineData(
        "public class Tested { [RpcIgnore] public int A; [RpcInclude] internal int B; public string? C; [RpcConstructor] public Tested() { } public Tested(int a) { } }",
        "[MemoryPackable] public class Tested { [MemoryPackIgnore] public int A; [MemoryPackInclude] internal int B; public string? C; [MemoryPackConstructor] public Tested() { } public Tested(int a) { } }")]
    [InlineData(
        "public class Tested { [RpcOrder(1)] public int A; [RpcOrder(0)] public string? B; }",
        "[MemoryPackable(SerializeLayout.Explicit)] public class Tested { [MemoryPackOrder(1)] public int A; [MemoryPackOrder(0)] public string? B; }")]
    [InlineData(
        "[RpcPayload(RpcPayloadLayout.VersionTolerant)] public class Tested { [RpcOrder(1)] public int A; [RpcOrder(4)] public string? B; }",
        "[MemoryPackable(GenerateType.VersionTolerant)] public class Tested { [MemoryPackOrder(1)] public int A; [MemoryPackOrder(4)] public string? B; }")]
    [InlineData(
        "[RpcPayload(RpcPayloadLayout.VersionTolerant)] public class Tested { [RpcOrder(0)] public int A; [RpcOrder(1)] public string? B; }",
        "[MemoryPackable(GenerateType.VersionTolerant, SerializeLayout.Sequential)] public class Tested { public int A; public string? B; }")]
    [InlineData(
        "[RpcPayload(RpcPayloadLayout.CircularReference)] public class Tested { [RpcOrder(0)] public Tested? A; }",
        "[MemoryPackable(GenerateType.CircularReference)] public class Tested { [MemoryPackOrder(0)] public Tested? A; }")]
    [InlineData(
        "[RpcPayload(RpcPayloadLayout.Collection)] public class Tested : HashSet<string> { }",
        "[MemoryPackable(GenerateType.Collection)] public class Tested : HashSet<string> { }")]
    [InlineData(
        "[RpcUnion(0, typeof(A)), RpcUnion(300, typeof(B))] public abstract class Tested { } public class A : Tested { } public class B : Tested { }",
        "[MemoryPackable, MemoryPackUnion(0, typeof(A)), MemoryPackUnion(300, typeof(B))] public abstract class Tested { } [MemoryPackable] public class A : Tested { } [MemoryPackable] public class B : Tested { }")]
    public void A_type_with_them_is_written_as_one_with_ours(string ours, string theirs)
    {
        const string Head = "using System; using System.Collections.Generic; using Rpc; using MemoryPack; [assembly: RpcPayload(typeof(Tested))] ";

        Assert.Equal(
            Generated.Cleanly(Target.Net10, Head + ours + MemoryPackNames.Source).Files.OrderBy(static f => f.Key),
            Generated.Cleanly(Target.Net10, Head + theirs + MemoryPackNames.Source).Files.OrderBy(static f => f.Key));
    }

    [Fact]
    public Task Where_MemoryPack_is_referenced_it_writes_its_own_types() => Scenario.RunAsync(
        "[assembly: RpcPayload(typeof(Holder))]",
        """
        [MemoryPack.MemoryPackable] public class Theirs { public int A { get; set; } }

        public class Holder { public int Before; public Theirs? Value; public List<Theirs?>? More; public int After; }

        public static class Scenario
        {
            public static Task RunAsync()
            {
                var holder = new Holder { Before = 1, Value = new Theirs { A = 5 }, More = [null, new Theirs()], After = 2 };
                var bytes = Payloads.Write(holder);
                Assert.Equal("04" + "01000000" + "2a" + "02000000" + "ff2a" + "02000000", Convert.ToHexStringLower(bytes));

                var read = Payloads.Read<Holder>(bytes)!;
                Assert.Equal((1, 0, 2, 2), (read.Before, read.Value!.A, read.More!.Count, read.After));
                Assert.Null(read.More[0]);

                bytes[5] = 13;
                Assert.IsType<InvalidOperationException>(Assert.Throws<Rpc.Serialization.PayloadException>(() => Payloads.Read<Holder>(bytes)).InnerException);
                Assert.Throws<Rpc.Serialization.PayloadException>(() => Payloads.Read<Holder>(bytes.AsSpan(0, 5)));
                return Task.CompletedTask;
            }
        }
        """,
        PayloadBehaviourTests.Payloads,
        "using System; " + MemoryPackNames.Source + MemoryPackNames.Serializer);
}
