namespace Rpc.Serialization;

/// <summary>The formatter of a type, registered by generated code or found among the built-in ones.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <remarks>Generated code composes its formatters directly and needs no look-up; this is for code that is generic itself,
/// such as the typed detail of an error.</remarks>
public static class FormatterCache<T>
{
    private static Formatter<T>? s_instance = BuiltInFormatters.Find<T>();

    /// <summary>The formatter, or null when the type is none of the base class library and no generated code has registered one for <typeparamref name="T"/>.</summary>
    public static Formatter<T>? Instance => Volatile.Read(ref s_instance);

    /// <summary>Registers the formatter of a type; the first one stays. Called by generated code.</summary>
    /// <param name="formatter">The formatter.</param>
    public static void Register(Formatter<T> formatter)
    {
        if (formatter is null)
        {
            throw new ArgumentNullException(nameof(formatter));
        }

        Interlocked.CompareExchange(ref s_instance, formatter, null);
    }
}
