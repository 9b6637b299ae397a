using BenchmarkDotNet.Attributes;
using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc.Benchmarks.Micro;

/// <summary>Writes and reads one value of each family of formatters.</summary>
[MemoryDiagnoser]
public class FormatterBenchmarks
{
    private readonly Case<int> _int = new(42);
    private readonly Case<string> _text = new("Hello, World");
    private readonly Case<Position> _blittable = new(new Position(1, 2, 3, 4));
    private readonly Case<Player> _object = new(Player.Sample);
    private readonly Case<int[]> _ints = new(Enumerable.Range(0, 1000).ToArray());
    private readonly Case<Player[]> _objects = new(Enumerable.Repeat(Player.Sample, 100).ToArray());
    private readonly Case<Dictionary<string, int>> _dictionary = new(Enumerable.Range(0, 100).ToDictionary(static i => $"key {i}", static i => i));
    private readonly Case<Shape> _union = new(new Circle(1));

    [Benchmark]
    public int WriteInt() => _int.Write();

    [Benchmark]
    public int ReadInt() => _int.Read();

    [Benchmark]
    public int WriteString() => _text.Write();

    [Benchmark]
    public string ReadString() => _text.Read()!;

    [Benchmark]
    public int WriteBlittable() => _blittable.Write();

    [Benchmark]
    public Position ReadBlittable() => _blittable.Read();

    [Benchmark]
    public int WriteObject() => _object.Write();

    [Benchmark]
    public Player ReadObject() => _object.Read()!;

    [Benchmark]
    public int Write1000Ints() => _ints.Write();

    [Benchmark]
    public int[] Read1000Ints() => _ints.Read()!;

    [Benchmark]
    public int Write100Objects() => _objects.Write();

    [Benchmark]
    public Player[] Read100Objects() => _objects.Read()!;

    [Benchmark]
    public int WriteDictionaryOf100() => _dictionary.Write();

    [Benchmark]
    public Dictionary<string, int> ReadDictionaryOf100() => _dictionary.Read()!;

    [Benchmark]
    public int WriteUnion() => _union.Write();

    [Benchmark]
    public Shape ReadUnion() => _union.Read()!;

    /// <summary>A value, and its bytes.</summary>
    private sealed class Case<T>
    {
        private readonly Formatter<T> _formatter = FormatterCache<T>.Instance ?? throw new InvalidOperationException($"No formatter for {typeof(T)}.");
        private readonly T _value;
        private readonly byte[] _bytes;

        public Case(T value)
        {
            _value = value;
            var writer = new PayloadWriter(PayloadBuffer.Rent());
            _formatter.Serialize(ref writer, value);
            writer.Commit();
            _bytes = writer.Buffer.WrittenSpan.ToArray();
            writer.Buffer.Return();
        }

        public int Write()
        {
            var writer = new PayloadWriter(PayloadBuffer.Rent());
            _formatter.Serialize(ref writer, _value);
            writer.Commit();
            var length = writer.Buffer.Length;
            writer.Buffer.Return();
            return length;
        }

        public T? Read()
        {
            var reader = new PayloadReader(_bytes);
            return _formatter.Deserialize(ref reader);
        }
    }
}
