using System.Runtime.CompilerServices;

namespace Rpc.Transport.Udp.Internal;

/// <summary>Receives datagrams, one thread at a time. The role passes to whoever receives the next one before the connections of a batch go on, so that what
/// they do in their turn, their handlers included, delays no datagram.</summary>
/// <remarks>A hop to the thread pool less a batch, and acknowledgements that travel with the answers: 256 callers over the loopback make several times as many calls
/// as when a pool thread was woken for each batch.</remarks>
internal abstract class DatagramPump
{
    /// <summary>Datagrams after which the connections may answer though more are waiting.</summary>
    private const int BatchSize = 64;

    private readonly Action _onReceived;
    private readonly TaskCompletionSource<bool> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _receive;

    private protected DatagramPump() => _onReceived = OnReceived;

    /// <summary>Ends when nothing is received any more.</summary>
    internal Task Stopped => _stopped.Task;

    /// <summary>Begins to receive, on another thread.</summary>
    private protected void Start() => ThreadPool.UnsafeQueueUserWorkItem(static state => ((DatagramPump)state!).Run(resumed: false), this);

    private protected abstract ValueTask<int> ReceiveAsync();

    private protected abstract void OnDatagram(int length);

    /// <summary>Lets all connections of the batch go on but one.</summary>
    /// <returns>That one, if there is any.</returns>
    private protected abstract UdpConnection? EndBatch();

    /// <returns>Whether to go on.</returns>
    private protected abstract bool OnFailure(Exception exception);

    private void OnReceived() => Run(resumed: true);

    private void Run(bool resumed) => ReceiveWhatIsThere(resumed)?.OnBatchEnd();

    // Returns when the role has passed to another thread, or the pump has stopped.
    private UdpConnection? ReceiveWhatIsThere(bool resumed)
    {
        var batch = 0;
        while (true)
        {
            try
            {
                if (resumed)
                {
                    resumed = false;
                    OnDatagram(_receive.GetResult());
                }

#pragma warning disable CA2012 // Its result is taken once: here, or when the role passes.
                var receive = ReceiveAsync().ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
                if (!receive.IsCompleted)
                {
                    var last = EndBatch();
                    _receive = receive;
                    receive.UnsafeOnCompleted(_onReceived);
                    return last;
                }

                OnDatagram(receive.GetResult());
                if (++batch == BatchSize)
                {
                    EndBatch()?.QueueBatchEnd();
                    batch = 0;
                }
            }
            catch (Exception exception)
            {
                if (!OnFailure(exception))
                {
                    var last = EndBatch();
                    _stopped.TrySetResult(true);
                    return last;
                }
            }
        }
    }
}
