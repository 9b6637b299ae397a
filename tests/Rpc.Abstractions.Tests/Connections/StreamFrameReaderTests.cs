using System.IO.Pipelines;
using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class StreamFrameReaderTests
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly RecordingHandler _handler = new();
    private readonly RpcLimits _limits = new() { MaxFrameSize = 10_000, MaxInboundBytes = 1024 * 1024 };
    private readonly Drain _drain = new();

    [Fact]
    public async Task A_frame_that_is_split_at_any_byte_arrives_whole()
    {
        byte[] bytes = [.. Frame(1, 0), .. Frame(2, 1), .. Frame(3, 300), .. Frame(4, 5)];
        for (var split = 0; split <= bytes.Length; split++)
        {
            var (pipe, handler) = (new Pipe(), new RecordingHandler());
            new StreamFrameReader(pipe.Reader, new Drain(), handler, _limits).Start();
            await pipe.Writer.WriteAsync(bytes.AsMemory(0, split));
            await pipe.Writer.WriteAsync(bytes.AsMemory(split));
            await pipe.Writer.CompleteAsync();
            Assert.Null(await handler.Ended.Patiently());
            Assert.Equal([(1, 0), (2, 1), (3, 300), (4, 5)], handler.Frames.Select(static frame => (frame.Type, frame.Body.Length)));
            Assert.All(handler.Frames, static frame => Assert.All(frame.Body, value => Assert.Equal(frame.Type, value)));
        }
    }

    [Fact]
    public async Task Many_frames_of_one_read_arrive_in_order()
    {
        Read();
        await _pipe.Writer.WriteAsync(Enumerable.Range(0, 5000).SelectMany(static i => Frame((byte)(i % 100), i % 50)).ToArray());
        await _pipe.Writer.CompleteAsync();
        Assert.Null(await _handler.Ended.Patiently());
        Assert.Equal(Enumerable.Range(0, 5000).Select(static i => (i % 100, i % 50)), _handler.Frames.Select(static frame => ((int)frame.Type, frame.Body.Length)));
    }

    [Fact]
    public async Task A_frame_that_is_too_long_is_noticed_by_its_header()
    {
        Read();
        await _pipe.Writer.WriteAsync(Frame(1, 10_004));
        var header = new byte[4];
        FrameHeader.Write(header, 10_005, FrameType.Request);
        await _pipe.Writer.WriteAsync(header);
        Assert.Equal(RpcCloseReason.ProtocolError, Assert.IsType<ProtocolException>(await _handler.Ended.Patiently()).Reason);
        Assert.DoesNotContain(_handler.Frames, static frame => frame.Type == (byte)FrameType.Request);
    }

    [Fact]
    public async Task An_end_in_the_middle_of_a_frame_is_an_end()
    {
        Read();
        await _pipe.Writer.WriteAsync(Frame(1, 100).AsMemory(0, 50));
        await _pipe.Writer.CompleteAsync();
        Assert.Null(await _handler.Ended.Patiently());
        Assert.Empty(_handler.Frames);
    }

    [Fact]
    public async Task What_the_transport_and_the_handler_throw_ends_the_reading()
    {
        Read();
        await _pipe.Writer.CompleteAsync(new IOException("broken"));
        Assert.IsType<IOException>(await _handler.Ended.Patiently());

        var (pipe, handler) = (new Pipe(), new RecordingHandler { Throws = true });
        new StreamFrameReader(pipe.Reader, new Drain(), handler, _limits).Start();
        await pipe.Writer.WriteAsync(Frame(1, 5));
        Assert.IsType<ProtocolException>(await handler.Ended.Patiently());
    }

    private void Read() => new StreamFrameReader(_pipe.Reader, _drain, _handler, _limits).Start();

    private static byte[] Frame(byte type, int length)
    {
        var frame = new byte[FrameHeader.Size + length];
        frame.AsSpan().Fill(type);
        FrameHeader.Write(frame, length, (FrameType)type);
        return frame;
    }

    private sealed class RecordingHandler : IFrameHandler
    {
        private readonly object _gate = new();
        private readonly List<(byte Type, byte[] Body)> _frames = [];
        private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Throws { get; init; }

        public Task<Exception?> Ended => _ended.Task;

        public IReadOnlyList<(byte Type, byte[] Body)> Frames
        {
            get
            {
                lock (_gate)
                {
                    return [.. _frames];
                }
            }
        }

        public void OnFrame(FrameType type, FramePayload payload)
        {
            lock (_gate)
            {
                _frames.Add(((byte)type, payload.Span.ToArray()));
            }

            payload.Release();
            if (Throws)
            {
                throw new ProtocolException("no");
            }
        }

        public void OnActivity()
        {
        }

        public void OnEnd(Exception? exception) => _ended.TrySetResult(exception);
    }
}
