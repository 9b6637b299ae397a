using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Rpc.Serialization;
using Xunit;

namespace Rpc.GoldenVectors.Tests;

/// <summary>What holds for every generated formatter and every value, and every generated formatter and any bytes.</summary>
public sealed class FormatterPropertyTests
{
    /// <summary>Far more than any of these inputs takes, far less than one that grows with more than its length would.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static TheoryData<string> All => new(TypeTable.Types.Keys);

    /// <summary>All but the type whose callbacks change it on the way.</summary>
    public static TheoryData<string> Stable => new(TypeTable.Types.Keys.Where(name => name != "Callbacks"));

    [Theory]
    [MemberData(nameof(Stable))]
    public void A_graph_survives_the_round_trip(string name)
    {
        var probe = TypeTable.Types[name];
        Check(60, ArbMap.Default.ArbFor<int>(), seed =>
        {
            var bytes = probe.Write(new GraphFactory(new Random(seed)).Create(probe.Type));

            var read = probe.Read(bytes, out var consumed);

            Assert.Equal(bytes.Length, consumed);
            Assert.Equal(bytes, probe.Write(read));
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Any_bytes_end_in_a_value_or_a_typed_error_within_bounds(string name)
    {
        var probe = TypeTable.Types[name];
        Check(60, Arb.From(Hostile(probe)), bytes =>
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                var value = probe.Read(bytes, out var consumed);

                // What was read is a value like any other: it can be written.
                Assert.InRange(consumed, 0, bytes.Length);
                probe.Write(value);
            }
            catch (PayloadException)
            {
                // Expected of most.
            }

            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, s_patience);
            Assert.InRange(Allocation.OfReading(probe, bytes), 0, Allocation.Limit(bytes.Length));
        });
    }

    /// <summary>Random bytes, and the bytes of values with some of them changed, lengths above all.</summary>
    private static Gen<byte[]> Hostile(PayloadProbe probe)
    {
        var noise = ArbMap.Default.ArbFor<byte[]>().Generator;
        var damaged =
            from seed in ArbMap.Default.ArbFor<int>().Generator
            select Damage(probe.Write(new GraphFactory(new Random(seed)).Create(probe.Type)), new Random(seed));
        return Gen.OneOf(noise, damaged, damaged);
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        int[] lengths = [-2, -1, 0, 1, 3, 0xFF, 0x7FFF, 0x10000, int.MinValue, int.MinValue + 3, int.MaxValue, bytes.Length];
        for (var i = random.Next(4); i > 0 && bytes.Length > 0; i--)
        {
            var at = random.Next(bytes.Length);
            if (random.Next(2) == 0 || at + sizeof(int) > bytes.Length)
            {
                bytes[at] = (byte)random.Next(256);
            }
            else
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(at), lengths[random.Next(lengths.Length)]);
            }
        }

        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }

    /// <summary>Checks a property with a fixed seed, so that a test that passes once passes always.</summary>
    private static void Check<T>(int times, Arbitrary<T> values, Action<T> property) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(times).WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(20_26), FSharpOption<int>.None))),
        Prop.ForAll(values, property));
}
