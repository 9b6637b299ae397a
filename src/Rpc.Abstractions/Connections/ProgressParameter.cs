using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>A progress argument.</summary>
internal sealed class ProgressParameter<T> : RpcStreamParameter
{
    public ProgressParameter(IProgress<T> progress, Formatter<T> formatter)
    {
        Progress = progress;
        Formatter = formatter;
    }

    public IProgress<T> Progress { get; }

    public Formatter<T> Formatter { get; }
}
