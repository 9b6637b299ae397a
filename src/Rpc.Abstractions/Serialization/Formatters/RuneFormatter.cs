#if NET8_0_OR_GREATER
using System.Text;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Rune"/>: the scalar value as u32; a surrogate, or one beyond U+10FFFF, is an error.</summary>
public sealed class RuneFormatter : CheckedFormatter<Rune>
{
    private RuneFormatter()
        : base(alignment: 4)
    {
    }

    /// <summary>The one instance.</summary>
    public static RuneFormatter Instance { get; } = new();

    private protected override bool IsValid(in Rune value) => Rune.IsValid(value.Value);
}
#endif
