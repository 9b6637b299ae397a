namespace Rpc.Transport.Udp.Internal;

/// <summary>Refuses options that cannot be meant.</summary>
internal static class OptionRange
{
    internal static void Check(string option, bool isInRange)
    {
        if (!isInRange)
        {
            throw new ArgumentException($"The option {option} is out of its range.", option);
        }
    }
}
