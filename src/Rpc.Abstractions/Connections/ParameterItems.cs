using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>A stream parameter as the handler sees it; may be enumerated once.</summary>
internal sealed class ParameterItems<T> : IAsyncEnumerable<T>
{
    private readonly ItemsBuffer _buffer;
    private readonly StreamEnd _end;
    private readonly Formatter<T> _formatter;
    private int _enumerated;

    public ParameterItems(ItemsBuffer buffer, StreamEnd end, Formatter<T> formatter)
    {
        _buffer = buffer;
        _end = end;
        _formatter = formatter;
    }

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _enumerated, 1) != 0)
        {
            throw new InvalidOperationException("A stream parameter can be enumerated once.");
        }

        return new ItemsReader<T>(
            _buffer,
            _end,
            _formatter,
            static reader =>
            {
                if (reader.Buffer.Close())
                {
                    reader.End.Stop();
                }
            },
            cancellationToken,
            default);
    }
}
