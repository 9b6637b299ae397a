using Rpc.Diagnostics;
using Rpc.Protocol;

namespace Rpc.Connections;

/// <content>Policies, asked before interceptors run and arguments are read.</content>
internal sealed partial class IncomingCall
{
    private IDisposable? _permit;

    /// <summary>Keeps a permit until the call has ended.</summary>
    public void Hold(IDisposable? permit) => _permit = permit;

    /// <summary>Asks the policies from one on; false when the call is denied, or goes on by itself later.</summary>
    private bool Authorize(AuthorizationPolicy[] policies, int first = 0)
    {
        var user = _connection.User;
        for (var i = first; i < policies.Length; i++)
        {
            var policy = policies[i];
            var isMet = false;
            try
            {
                if (policy.OfUser is { } ofUser)
                {
                    isMet = ofUser(user);
                }
                else
                {
                    var decision = policy.OfCall!(new RpcAuthorizationContext(_connection, Method, user, _extension?.Metadata ?? RpcMetadata.Empty));
                    if (!decision.IsCompleted)
                    {
                        _ = AuthorizeLaterAsync(policies, i, decision);
                        return false;
                    }

                    isMet = decision.Result;
                }
            }
            catch (Exception e)
            {
                _connection.Logger.PolicyFailed(policy.Name, Method.FullName, e);
            }

            if (!isMet)
            {
                Deny();
                return false;
            }
        }

        return true;
    }

    private async Task AuthorizeLaterAsync(AuthorizationPolicy[] policies, int index, ValueTask<bool> decision)
    {
        var isMet = false;
        try
        {
            isMet = await decision.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _connection.Logger.PolicyFailed(policies[index].Name, Method.FullName, e);
        }

        if (!isMet)
        {
            Deny();
        }
        else if (Authorize(policies, index + 1))
        {
            RunAuthorized();
        }
    }

    private void Deny()
    {
        var callId = _callId;
        var connection = _connection;
        var oneWay = IsOneWay;
        connection.OnDenied(Method, oneWay);
        End(RpcStatusCode.PermissionDenied);
        if (!oneWay)
        {
            connection.Sender.SendControl(FaultFrame.Create(callId, AccessRule.Denied), Connection.CalleeOptions(callId));
            connection.Incoming.Answered();
        }
    }
}
