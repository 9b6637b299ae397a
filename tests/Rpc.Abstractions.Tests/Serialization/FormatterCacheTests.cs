using Rpc.Serialization;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

public sealed class FormatterCacheTests
{
    [Fact]
    public void Types_of_the_base_class_library_are_known()
    {
        Assert.Same(StringFormatter.Instance, FormatterCache<string>.Instance);
        Assert.Same(Int32Formatter.Instance, FormatterCache<int>.Instance);
        Assert.Same(UriFormatter.Instance, FormatterCache<Uri>.Instance);
    }

    [Fact]
    public void Every_formatter_with_one_instance_is_known()
    {
        var singletons = typeof(StringFormatter).Assembly.GetExportedTypes()
            .Where(x => x.Namespace == typeof(StringFormatter).Namespace && !x.IsGenericType && x.Name != nameof(BitPackFormatter))
            .Select(x => x.GetProperty("Instance")!.GetValue(null)!);
        foreach (var instance in singletons)
        {
            var type = instance.GetType();
            while (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(Formatter<>))
            {
                type = type.BaseType!;
            }

            var cache = typeof(FormatterCache<>).MakeGenericType(type.GetGenericArguments());
            Assert.Same(instance, cache.GetProperty("Instance")!.GetValue(null));
        }
    }

    [Fact]
    public void A_type_that_nobody_registered_is_unknown_and_the_first_registration_stays()
    {
        Assert.Null(FormatterCache<FormatterCacheTests>.Instance);
        var first = new DeferredFormatter<FormatterCacheTests>(1, () => throw new InvalidOperationException());

        FormatterCache<FormatterCacheTests>.Register(first);
        FormatterCache<FormatterCacheTests>.Register(new DeferredFormatter<FormatterCacheTests>(1, () => throw new InvalidOperationException()));

        Assert.Same(first, FormatterCache<FormatterCacheTests>.Instance);
    }
}
