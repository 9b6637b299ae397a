using Rpc.Serialization.Formatters;

namespace Rpc.Abstractions.Tests.Serialization;

/// <content>The types that only the net8.0 build has.</content>
public sealed partial class UnmanagedLayoutTests
{
    static partial void AddNet8(List<PayloadProbe> parts)
    {
        parts.Add(PayloadProbe.Of(HalfFormatter.Instance));
        parts.Add(PayloadProbe.Of(RuneFormatter.Instance));
        parts.Add(PayloadProbe.Of(DateOnlyFormatter.Instance));
        parts.Add(PayloadProbe.Of(TimeOnlyFormatter.Instance));
        parts.Add(PayloadProbe.Of(Int128Formatter.Instance));
        parts.Add(PayloadProbe.Of(new NullableFormatter<Int128>(Int128Formatter.Instance)));
    }
}
