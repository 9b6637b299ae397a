using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Protocol;

/// <summary>The vectors of RFC 5869, appendix A.</summary>
public sealed class HkdfTests
{
    [Theory]
    [InlineData(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", 42,
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")]
    [InlineData(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "", 42,
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")]
    public void Extract_and_expand_give_the_published_values(string inputKey, string salt, string info, int length, string extracted, string expanded)
    {
        var key = Hkdf.Extract(Convert.FromHexString(salt), Convert.FromHexString(inputKey));
        Assert.Equal(extracted, Convert.ToHexStringLower(key));
        Assert.Equal(expanded, Convert.ToHexStringLower(Hkdf.Expand(key, Convert.FromHexString(info), length)));
    }
}
