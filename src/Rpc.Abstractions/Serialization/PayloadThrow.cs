using System.Diagnostics.CodeAnalysis;

namespace Rpc.Serialization;

/// <summary>Throw helpers, apart so that the hot methods stay small enough to be inlined.</summary>
internal static class PayloadThrow
{
    [DoesNotReturn]
    public static void TooDeep() =>
        throw new PayloadException($"Values are nested more than {PayloadWriter.MaxDepth} levels deep.");

    [DoesNotReturn]
    public static void LoneSurrogate(Exception? inner = null) =>
        throw new PayloadException("A string with a lone surrogate cannot be written as UTF-8.", inner);

    [DoesNotReturn]
    public static void EndOfData(int needed, int left) =>
        throw new PayloadException($"The payload ends early: {needed} bytes are needed, {left} are left.");

    [DoesNotReturn]
    public static void BadLength(int length, int left) =>
        throw new PayloadException($"A length of {length} cannot be: {left} bytes are left.");

    [DoesNotReturn]
    public static void BadMemberCount(int count, int known) =>
        throw new PayloadException($"An object has {count} members, its type here has {known}.");

    public static void UnlessMemberCount(int count, int known)
    {
        if (count != known)
        {
            BadMemberCount(count, known);
        }
    }

    [DoesNotReturn]
    public static void BadCode(int code, string what) =>
        throw new PayloadException($"The code {code} cannot begin {what}.");

    [DoesNotReturn]
    public static void Invalid(string message, Exception? inner = null) => throw new PayloadException(message, inner);

    [DoesNotReturn]
    public static void InvalidValue(Type type) => throw new PayloadException($"The bytes are no value of {type.Name}.");

    public static PayloadException Rejected(Type type, Exception inner) =>
        new($"{type.Name} cannot hold what the payload says: {inner.GetType().Name}.", inner);

    [DoesNotReturn]
    public static void DuplicateKey(Type type) => throw new PayloadException($"A key stands twice in a {type.Name}.");

    [DoesNotReturn]
    public static void NullKey(Type type) => throw new PayloadException($"A key of a {type.Name} is null.");

    [DoesNotReturn]
    public static void ShortSpan() => throw new ArgumentException("The span is shorter than the raw form.");

    [DoesNotReturn]
    public static void BadAdvance() => throw new ArgumentOutOfRangeException("count", "More than was handed out, or negative.");

    /// <summary>True for what a type's own code may throw over a payload's content; running out of memory is nobody's content.</summary>
    public static bool IsRejection(Exception e) => e is not (PayloadException or OutOfMemoryException);
}
