using Rpc.Buffers;
using Rpc.Connections;
using Rpc.Serialization;

namespace Rpc.Client;

/// <summary>The items of a stream that waits for a connection with its first item.</summary>
/// <remarks>After that it hands on what the connection's own enumerator gives. An iterator with <c>await foreach</c> around that took a third of the client's time:
/// 15 instead of 20 million items a second.</remarks>
internal sealed class ConnectorItems<T> : IAsyncEnumerable<T>
{
    private readonly ClientConnector _connector;
    private readonly RpcMethodDescriptor _method;
    private readonly byte[] _arguments;
    private readonly Formatter<T> _formatter;
    private readonly RpcStreamParameter?[]? _streams;
    private readonly RpcCallOptions? _options;
    private readonly CancellationToken _callToken;

    public ConnectorItems(
        ClientConnector connector,
        RpcMethodDescriptor method,
        byte[] arguments,
        Formatter<T> formatter,
        RpcStreamParameter?[]? streams,
        RpcCallOptions? options,
        CancellationToken callToken)
    {
        _connector = connector;
        _method = method;
        _arguments = arguments;
        _formatter = formatter;
        _streams = streams;
        _options = options;
        _callToken = callToken;
    }

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Enumerator(this, cancellationToken);

    private sealed class Enumerator : IAsyncEnumerator<T>
    {
        private readonly ConnectorItems<T> _items;
        private readonly CancellationTokenSource _linked;
        private IAsyncEnumerator<T>? _inner;
        private bool _isStarted;

        public Enumerator(ConnectorItems<T> items, CancellationToken cancellationToken)
        {
            _items = items;
            _linked = CancellationTokenSource.CreateLinkedTokenSource(items._callToken, cancellationToken);
        }

        public T Current => _inner is null ? default! : _inner.Current;

        public ValueTask<bool> MoveNextAsync() => _inner is null ? ConnectAsync() : _inner.MoveNextAsync();

        public async ValueTask DisposeAsync()
        {
            _isStarted = true;
            if (_inner is not null)
            {
                await _inner.DisposeAsync().ConfigureAwait(false);
            }

            _linked.Dispose();
        }

        private async ValueTask<bool> ConnectAsync()
        {
            if (_isStarted)
            {
                // It failed to start, or was disposed of.
                return false;
            }

            _isStarted = true;
            var connection = await _items._connector.GetAsync(_linked.Token).ConfigureAwait(false);
            var payload = PayloadBuffer.Rent(connection.MaxPayloadSize);
            _items._arguments.CopyTo(payload.GetSpan(_items._arguments.Length));
            payload.Advance(_items._arguments.Length);
            _inner = connection.Invoker
                .StreamAsync(_items._method, payload, _items._formatter, _items._streams, _items._options, _linked.Token)
                .GetAsyncEnumerator(CancellationToken.None);
            return await _inner.MoveNextAsync().ConfigureAwait(false);
        }
    }
}
