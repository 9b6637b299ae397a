using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Server;

/// <summary>A peer on its way in: holds its place among the connections and who it is until its connection takes both over.</summary>
internal sealed class Applicant
{
    private readonly Admission _admission;
    private readonly TransportConnection _transport;
    private RpcAuthenticationContext? _context;
    private RpcAuthenticationResult? _result;
    private bool _holdsPlace;

    public Applicant(Admission admission, TransportConnection transport)
    {
        _admission = admission;
        _transport = transport;
    }

    /// <summary>Lets it in, after it has said who it is: half-open connections take no place from those who are.</summary>
    /// <returns>For how many milliseconds its credentials are good, 0 for no end.</returns>
    /// <exception cref="ProtocolException">It may not enter.</exception>
    public async ValueTask<int> AdmitAsync(HandshakeFrame hello, CancellationToken cancellationToken)
    {
        if (_admission.Authenticator is not null)
        {
            _context = new RpcAuthenticationContext(_transport.Scheme)
            {
                Credentials = hello.Credentials,
                IsEncrypted = _transport.IsEncrypted,
                RemoteEndPoint = _transport.RemoteEndPoint,
                ClientCertificate = _transport.RemoteCertificate,
                PeerMetadata = hello.Metadata,
            };
            _result = await _admission.AuthenticateAsync(_context, cancellationToken).ConfigureAwait(false);
        }

        _admission.Take();
        _holdsPlace = true;
        return PeerCredentials.Left(_result?.Expires, _admission.TimeProvider);
    }

    /// <summary>Hands everything over to the connection, whose end gives the place back.</summary>
    public void Enter(Connection connection)
    {
        _holdsPlace = false;
        if (_result is not null)
        {
            connection.Use(new PeerCredentials(connection, _admission.Authenticator!, _context!, _result));
        }

        connection.UserId = PeerCredentials.KeyOf(connection.User);
    }

    /// <summary>Gives the place back, if it has one.</summary>
    public void Leave()
    {
        if (_holdsPlace)
        {
            _holdsPlace = false;
            _admission.Release();
        }
    }
}
