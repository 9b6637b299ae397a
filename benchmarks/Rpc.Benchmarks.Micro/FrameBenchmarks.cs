using System.Buffers;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Rpc.Buffers;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Serialization;

namespace Rpc.Benchmarks.Micro;

/// <summary>The frame of a call with two integers: written, and read off a stream that brings many at once.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private const int Many = 100;

    private readonly Frames _frames = new(Many);
    private readonly RpcLimits _limits = new();

    [Benchmark]
    public int Encode()
    {
        var frame = Request(7);
        var length = frame.Length;
        frame.Buffer.Return();
        return length;
    }

    [Benchmark(OperationsPerInvoke = Many)]
    public int Decode()
    {
        var handler = new Handler();
        new StreamFrameReader(_frames, new Drain(), handler, _limits).Execute();
        return handler.Bytes;
    }

    private static OutgoingFrame Request(int callId)
    {
        var writer = new PayloadWriter(PayloadBuffer.Rent());
        writer.WriteByte(2);
        writer.WriteUnmanaged(1);
        writer.WriteUnmanaged(2);
        writer.Commit();
        return new OutgoingFrame(writer.Buffer, RequestFrame.Prefix(writer.Buffer, callId, 0x12345678));
    }

    private sealed class Handler : IFrameHandler
    {
        public int Bytes { get; private set; }

        public void OnFrame(FrameType type, FramePayload payload)
        {
            Bytes += payload.Length;
            payload.Release();
        }

        public void OnActivity()
        {
        }

        public void OnEnd(Exception? exception)
        {
            if (exception is not null)
            {
                throw exception;
            }
        }
    }

    /// <summary>Brings the same frames at every read, and with them the end of the stream.</summary>
    private sealed class Frames : PipeReader
    {
        private readonly ReadOnlySequence<byte> _bytes;

        public Frames(int count)
        {
            var bytes = new ArrayBufferWriter<byte>();
            for (var i = 0; i < count; i++)
            {
                var frame = Request(i);
                bytes.Write(frame.Span);
                frame.Buffer.Return();
            }

            _bytes = new ReadOnlySequence<byte>(bytes.WrittenMemory);
        }

        public override bool TryRead(out ReadResult result)
        {
            result = new ReadResult(_bytes, isCanceled: false, isCompleted: true);
            return true;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            TryRead(out var result);
            return new ValueTask<ReadResult>(result);
        }

        public override void AdvanceTo(SequencePosition consumed)
        {
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
