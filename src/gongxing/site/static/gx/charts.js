// Charts: colours from the tokens at draw time, redrawn when the theme changes. The same values stand in a table beside.
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--gx-${name}`).trim();

function options(data) {
  const colours = [token("accent"), token("fill-solid"), token("vow-solid"), token("idle-solid")];
  const text = { color: token("ink-2"), fontFamily: token("font") };
  return {
    animation: false, color: colours, textStyle: text, grid: { left: 56, right: 72, top: 16, bottom: 28 },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: data.categories, axisLabel: text, axisLine: { lineStyle: { color: token("line-2") } } },
    yAxis: { type: "value", axisLabel: text, splitLine: { lineStyle: { color: token("line") } } },
    series: data.series.map((one) => ({ name: one.name, type: data.kind, data: one.values, connectNulls: false, endLabel: { show: data.kind === "line", formatter: "{a}", color: token("ink-2") } })),
  };
}

export function charts() {
  const figures = [...document.querySelectorAll('[data-gx="chart"]')];
  if (!figures.length) return;
  const script = document.createElement("script");
  script.src = new URL("../vendor/echarts.min.js", import.meta.url).href;
  script.onload = () => {
    for (const figure of figures) {
      const data = JSON.parse(figure.querySelector("script").textContent);
      const chart = window.echarts.init(figure.querySelector(".gx-chartbox"), null, { renderer: "canvas" });
      const draw = () => chart.setOption(options(data), true);
      draw();
      document.addEventListener("gx:theme", draw);
      window.addEventListener("resize", () => chart.resize());
      figure.querySelector('[data-gx="chart-png"]')?.addEventListener("click", () => {
        const link = document.createElement("a");
        link.href = chart.getDataURL({ pixelRatio: 2, backgroundColor: token("surface") });
        link.download = `${data.title}.png`;
        link.click();
      });
    }
  };
  document.head.append(script);
}
