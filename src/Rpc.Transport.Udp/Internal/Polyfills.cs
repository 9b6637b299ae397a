#if NETSTANDARD2_1
namespace System.Runtime.CompilerServices;

internal static class IsExternalInit
{
}
#endif
