// Draws the charts of a page from the JSON that its tables were made from; without JavaScript the tables say the same.
(() => {
  const data = document.getElementById("charts");
  if (!data || !window.echarts) return;
  const { weeks, survival } = JSON.parse(data.textContent);
  const style = getComputedStyle(document.body);
  const rtl = document.documentElement.dir === "rtl";
  const words = { color: style.color, fontFamily: style.fontFamily };
  const base = {
    aria: { enabled: true, decal: { show: true } },
    animation: false,
    textStyle: words,
    legend: { bottom: 0, textStyle: words },
    tooltip: { trigger: "axis" },
    grid: { left: 48, right: 48, top: 16, bottom: 72 },
  };
  const draw = (id, option) => {
    const place = document.getElementById(id);
    if (!place) return;
    const chart = echarts.init(place, null, { renderer: "svg" });
    chart.setOption({ ...base, ...option });
    addEventListener("resize", () => chart.resize());
    addEventListener("beforeprint", () => chart.resize());
  };
  draw("chart-weeks", {
    xAxis: { type: "category", data: weeks.weeks, inverse: rtl },
    yAxis: { type: "value", minInterval: 1, position: rtl ? "right" : "left" },
    series: weeks.series.map((one) => ({ ...one, type: weeks.weeks.length > 1 ? "line" : "bar" })),
  });
  const last = Math.max(24, ...survival.flatMap((one) => one.data.map(([hours]) => hours)));
  draw("chart-survival", {
    xAxis: { type: "value", min: 0, max: Math.ceil(last), inverse: rtl, axisLabel: { formatter: "{value} h" } },
    yAxis: { type: "value", min: 0, max: 1, position: rtl ? "right" : "left" },
    series: survival.map((one) => ({
      name: one.name,
      type: "line",
      step: "end",
      showSymbol: false,
      data: [...one.data, [last, one.data[one.data.length - 1][1]]],
    })),
  });
})();
