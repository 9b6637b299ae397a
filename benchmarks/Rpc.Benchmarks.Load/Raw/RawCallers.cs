using System.Buffers.Binary;
using System.Threading.Tasks.Sources;

namespace Rpc.Benchmarks.Load.Raw;

/// <summary>Callers that really await: pooled value-task sources by id, the completions of one receive one after another, their new calls in one send.</summary>
internal sealed class RawCallers
{
    private readonly Slot[] _slots;
    private readonly RawPipe _pipe;
    private byte[] _output;
    private int _written;

    public RawCallers(RawPipe pipe, int callers)
    {
        _pipe = pipe;
        _output = new byte[callers * RawFrame.Size];
        _slots = [.. Enumerable.Range(0, callers).Select(id => new Slot(this, id))];
    }

    /// <summary>Runs until told to stop; every caller counts its own calls.</summary>
    public async Task RunAsync(Func<Slot, Task> caller, Func<bool> stopped)
    {
        var running = _slots.Select(caller).ToArray();
        await _pipe.WriteAsync(_output.AsMemory(0, _written));
        _written = 0;
        var input = new byte[64 * 1024];
        var sending = new byte[_output.Length];
        var filled = 0;
        while (!stopped())
        {
            var read = await _pipe.ReadAsync(input.AsMemory(filled));
            if (read == 0)
            {
                return;
            }

            filled += read;
            var whole = filled / RawFrame.Size * RawFrame.Size;
            for (var offset = 0; offset < whole; offset += RawFrame.Size)
            {
                var frame = input.AsSpan(offset, RawFrame.Size);
                _slots[BinaryPrimitives.ReadInt32LittleEndian(frame[4..])].Complete(BinaryPrimitives.ReadInt32LittleEndian(frame[8..]));
            }

            input.AsSpan(whole, filled - whole).CopyTo(input);
            filled -= whole;
            (sending, _output) = (_output, sending);
            var length = _written;
            _written = 0;
            await _pipe.WriteAsync(sending.AsMemory(0, length));
        }
    }

    internal sealed class Slot(RawCallers owner, int id) : IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _core;

        public ValueTask<int> CallAsync(int a, int b)
        {
            _core.Reset();
            RawFrame.Write(owner._output.AsSpan(owner._written), id, a, b);
            owner._written += RawFrame.Size;
            return new ValueTask<int>(this, _core.Version);
        }

        public void Complete(int result) => _core.SetResult(result);

        public int GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
